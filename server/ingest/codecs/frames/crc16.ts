/** CRC-16 with the reflected polynomial 0xA001, a byte at a time. */
const table = Uint16Array.from({ length: 256 }, (_, byte) => {
  let register = byte
  for (let bit = 0; bit < 8; bit += 1) register = (register & 1) === 1 ? (register >> 1) ^ 0xa001 : register >> 1
  return register
})

const step = (index: number): number => table[index & 0xff] ?? 0

/** The CRC of Modbus, which SL 651-2014 uses too, high byte first. */
export function modbusCrc(bytes: Uint8Array): number {
  let register = 0xffff
  for (const byte of bytes) register = (register >> 8) ^ step(register ^ byte)
  return register
}

/**
 * The CRC of HJ 212, appendix A: like Modbus, except that the register is shifted before each byte joins it, so its low half is lost.
 */
export function hj212Crc(bytes: Uint8Array): number {
  let register = 0xffff
  for (const byte of bytes) register = step((register >> 8) ^ byte)
  return register
}

/**
 * What should become durable could not be written: the disk or the log's own limit is full, the disk is failing, or another program holds
 * the file. Nothing of the refused write was kept, so the same write may be tried again. The message is for people: which file, how large,
 * what to do.
 */
export class StorageFullError extends Error {
  override readonly name = 'StorageFullError'
}

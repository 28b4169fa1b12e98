// The tests are checked by tsc, which does not read single-file components; vue-tsc checks their props in the client.
declare module '*.vue' {
  import type { DefineComponent } from 'vue'
  const component: DefineComponent<Record<string, unknown>>
  export default component
}

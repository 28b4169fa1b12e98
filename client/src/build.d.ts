/** Names the sources this client was built from; vite.config.ts replaces it. */
declare const __BUILD__: string

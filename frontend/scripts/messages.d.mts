export const messages: () => Promise<readonly string[]>;

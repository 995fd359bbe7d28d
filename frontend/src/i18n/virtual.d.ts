/** A catalogue as the build makes it of its JSON file, see vite.config.ts. */
declare module "virtual:messages/*" {
  import type { Messages } from "@lingui/core";

  const messages: Messages;
  export default messages;
}

import { i18n } from "@lingui/core";
import { compileMessage } from "@lingui/message-utils/compileMessage";

// English lives in the source: its catalogue is empty and its messages are compiled as they are first shown.
i18n.setMessagesCompiler(compileMessage);
i18n.loadAndActivate({ locale: "en", messages: {} });

export { i18n };

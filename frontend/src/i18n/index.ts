import { i18n } from "@lingui/core";

// English lives in the source, compiled as the page is built; so its catalogue is empty.
i18n.loadAndActivate({ locale: "en", messages: {} });

export { i18n };

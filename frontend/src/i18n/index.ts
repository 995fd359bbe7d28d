import { i18n } from "@lingui/core";

// English lives in the source, so its catalogue is empty; another language is loaded on demand.
i18n.loadAndActivate({ locale: "en", messages: {} });

export { i18n };

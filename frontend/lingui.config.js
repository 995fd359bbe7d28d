export default {
  sourceLocale: "en",
  locales: ["en"],
  catalogs: [{ path: "<rootDir>/src/i18n/{locale}", include: ["<rootDir>/src"] }],
};

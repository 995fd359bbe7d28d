import { I18nProvider } from "@lingui/react";
import { Trans, useLingui } from "@lingui/react/macro";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { i18n } from "./i18n/index.ts";

const Hello = () => {
  const { t } = useLingui();
  const n = 3;
  return (
    <p title={t`Hello ${n}`}>
      <Trans>
        Palimpsest <b>{n}</b>
      </Trans>
    </p>
  );
};

createRoot(document.getElementById("root") as HTMLElement).render(
  <StrictMode>
    <I18nProvider i18n={i18n}>
      <Hello />
    </I18nProvider>
  </StrictMode>,
);

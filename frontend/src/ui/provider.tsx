import { I18nProvider } from "@lingui/react";
import { MantineProvider } from "@mantine/core";
import type { ReactNode } from "react";
import { i18n } from "../i18n";
import { theme, variables } from "./theme";

/** The page's policy allows only styles that carry this request's nonce. */
const nonce = (): string => document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";

export const Provider = ({ children }: { readonly children: ReactNode }) => (
  <I18nProvider i18n={i18n}>
    <MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto" getStyleNonce={nonce}>
      {children}
    </MantineProvider>
  </I18nProvider>
);

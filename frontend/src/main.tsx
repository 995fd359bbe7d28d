import "./styles/mantine.css";
import "./styles/base.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app";
import { activate, wantedLanguage } from "./i18n";

const LATELY = 60_000;

// A newer build was put in place while this page was open: its parts are elsewhere now. Edits are safe in the outbox.
window.addEventListener("vite:preloadError", () => {
  const last = Number(sessionStorage.getItem("palimpsest.reloaded"));
  if (Date.now() - last < LATELY) return;
  sessionStorage.setItem("palimpsest.reloaded", String(Date.now()));
  window.location.reload();
});

const draw = (): void =>
  createRoot(document.getElementById("root") as HTMLElement).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );

const language = wantedLanguage();
// A catalogue that cannot be had must not keep the page from being drawn.
if (language === "en") draw();
else void activate(language).then(draw, draw);

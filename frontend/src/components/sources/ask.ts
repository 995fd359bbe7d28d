import { post } from "../../api/client";
import type { Id } from "../../api/types";

/** Asks a source about everything; one that is parked is tried again. */
export const askSource = (project: Id, source: Id) =>
  post("/api/v1/projects/{project}/sources/{source}/runs", {
    params: { path: { project, source } },
    body: { documents: null },
  });

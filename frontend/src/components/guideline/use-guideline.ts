/** The guideline for one person: what it says, whether it changed since they read it, and how to say that they have. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { post } from "../../api/client";
import { guidelineQuery } from "../../api/queries";
import type { Guideline, GuidelineSection, Id } from "../../api/types";

export const useGuideline = (project: Id): Guideline | undefined => useQuery(guidelineQuery(project)).data;

/** Whether there is a version that the person has not read. */
export const isNews = (guideline: Guideline | undefined): boolean =>
  guideline !== undefined && guideline.version > guideline.read;

export const useMarkRead = (project: Id) => {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (version: number) =>
      post("/api/v1/projects/{project}/guideline/read", { params: { path: { project } }, body: { version } }),
    onSettled: () => queries.invalidateQueries({ queryKey: ["guideline", project] }),
  });
};

/** A section with those under it, which a label's section brings along. */
export const withThoseUnder = (
  sections: readonly GuidelineSection[],
  key: string | undefined,
): readonly GuidelineSection[] => {
  const at = sections.findIndex((section) => section.key === key);
  const first = sections[at];
  if (!first) return [];
  const rest = sections.slice(at + 1);
  const end = rest.findIndex((section) => section.level <= first.level);
  return [first, ...(end < 0 ? rest : rest.slice(0, end))];
};

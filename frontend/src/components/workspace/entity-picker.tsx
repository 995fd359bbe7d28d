import { Trans, useLingui } from "@lingui/react/macro";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { sendCommands } from "../../api/commands";
import { gazetteerQuery, registerQuery } from "../../api/queries";
import type { Entity, EntityType } from "../../api/types";
import { newId } from "../../document/ids";
import type { Annotation } from "../../document/model";
import { Combobox } from "../../ui/combobox";
import { IconButton } from "../../ui/icon-button";
import { Fault } from "../../ui/states";
import { coordinatesOf, fromGazetteer, type GazetteerPlace, isPlace } from "../entity/place";
import { searchEntities, suggestEntities } from "../entity-search";
import { shorten } from "../words";
import { quoteOf } from "./actions";
import { useDesk } from "./desk";
import css from "./entity-picker.module.css";

const EntityDialog = lazy(() => import("./entity-dialog"));
const PlaceMap = lazy(() => import("../entity/place-map"));

const CREATE = "+";
const PLACE = "place/";

interface Props {
  readonly row: Annotation;
  readonly type: EntityType;
  readonly readOnly: boolean;
}

/** Which entry of the register an annotation means: found by any of its names, or made on the spot. */
export const EntityPicker = ({ row, type, readOnly }: Props) => {
  const { t } = useLingui();
  const { project, snapshot, entities, actions } = useDesk();
  const [typed, setTyped] = useState<string | null>(null);
  const places = usePlaces(project.id, isPlace(type) && !readOnly ? typed : null);
  const [editing, setEditing] = useState(false);
  const { create, error } = useCreate(row, type);
  const current = row.entity === null ? undefined : entities.get(row.entity);
  const quote = quoteOf(snapshot.index, row.spans);
  const all = [...entities.values()].filter((one) => one.entity_type === type.key);
  const where = current && coordinatesOf(current.attributes);
  const choose = (value: string, typed: string | null): void => {
    const place = places.found.find(({ id }) => value === `${PLACE}${id}`);
    if (place) void take(place);
    else if (value === CREATE) void create({ name: nameOf(typed), aliases: [], attributes: {} });
    else actions.setEntity(row.id, value);
  };
  /** The register's own entry for the place, if it has one. */
  const take = async (place: GazetteerPlace) => {
    const known = all.find(({ attributes }) => attributes.geonames_id === place.id);
    if (known) actions.setEntity(row.id, known.id);
    else await create(fromGazetteer(type, place, quote));
  };
  const nameOf = (typed: string | null): string => typed?.trim() || quote;

  return (
    <div className={css.picker} data-entity-picker>
      <Combobox
        label={type.name}
        placeholder={row.entity === null ? t`Search, or make a new entry` : ""}
        shown={current?.name ?? row.entity ?? ""}
        disabled={readOnly}
        options={(typed) => [
          ...fitting(all, typed, quote).map((entity) => ({ value: entity.id, content: <Entry entity={entity} /> })),
          ...places.found.map((place) => ({ value: `${PLACE}${place.id}`, content: <Place place={place} /> })),
          {
            value: CREATE,
            content: (
              <Trans>
                New entry: <bdi>{shorten(nameOf(typed))}</bdi>
              </Trans>
            ),
          },
        ]}
        onChoose={choose}
        onType={setTyped}
      />
      {current && !readOnly && (
        <span className={css.buttons}>
          <IconButton icon="pencil" label={t`Edit the entry ${current.name}`} onClick={() => setEditing(true)} />
          <IconButton icon="cross" label={t`Take the entry away`} onClick={() => actions.setEntity(row.id, null)} />
        </span>
      )}
      {current && (
        <Link
          className={css.card}
          to="/p/$project/register/$entity"
          params={{ project: project.id, entity: current.id }}
        >
          <Trans>All mentions</Trans>
        </Link>
      )}
      {places.note && <small className={css.note}>{places.note}</small>}
      {current && where && (
        <div className={css.map}>
          <Suspense>
            <PlaceMap {...where} name={current.name} />
          </Suspense>
        </div>
      )}
      <Fault error={error} />
      {editing && current && (
        <Suspense>
          <EntityDialog type={type} entity={current} onClose={() => setEditing(false)} />
        </Suspense>
      )}
    </div>
  );
};

/** What fits the typed words; before any are typed, what the quote suggests and then the others. */
const fitting = (all: readonly Entity[], typed: string | null, quote: string): readonly Entity[] => {
  if (typed !== null && typed.trim() !== "") return searchEntities(all, typed);
  const near = suggestEntities(all, quote);
  return [...near, ...searchEntities(all, "").filter((one) => !near.includes(one))].slice(0, 30);
};

const Entry = ({ entity }: { readonly entity: Entity }) => (
  <span className={css.entry}>
    <bdi>{entity.name}</bdi>
    {entity.aliases.length > 0 && <bdi className={css.aliases}>{shorten(entity.aliases.join(", "), 50)}</bdi>}
  </span>
);

const Place = ({ place }: { readonly place: GazetteerPlace }) => {
  const named = place.matched !== place.name && place.matched;
  return (
    <span className={css.entry}>
      <bdi>{place.name}</bdi>
      <bdi className={css.aliases}>
        {[named, place.country, place.kind === "country" ? null : place.population.toLocaleString()]
          .filter(Boolean)
          .join(", ")}{" "}
        · GeoNames
      </bdi>
    </span>
  );
};

const NO_PLACES: readonly GazetteerPlace[] = [];

/** What the gazetteer has under the typed words, and whose data they are. */
const usePlaces = (project: string, typed: string | null) => {
  const [words] = useDebouncedValue(typed ?? "", 120);
  const asked = typed !== null && words.trim().length > 1;
  const { data } = useQuery({ ...gazetteerQuery(project, words), enabled: asked });
  if (!asked || !data) return { found: NO_PLACES, note: null };
  const note = data.ready ? (
    <Trans>Places of the world: {data.attribution}</Trans>
  ) : (
    <Trans>The gazetteer is being loaded…</Trans>
  );
  return { found: data.places, note };
};

interface Made {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly attributes: object;
}

const useCreate = (row: Annotation, type: EntityType) => {
  const queries = useQueryClient();
  const { project, actions } = useDesk();
  const [error, setError] = useState<unknown>(null);
  const create = async (made: Made) => {
    setError(null);
    const entity = newId();
    const data = { entity, entity_type: type.key, ...made, note: "" };
    try {
      await sendCommands(project.id, [{ id: newId(), type: "add_entity", data }]);
      actions.setEntity(row.id, entity);
      await queries.invalidateQueries({ queryKey: registerQuery(project.id).queryKey.slice(0, 2) });
    } catch (problem) {
      setError(problem);
    }
  };
  return { create, error };
};

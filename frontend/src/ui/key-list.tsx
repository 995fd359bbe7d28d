import css from "./key-list.module.css";

export interface KeyGroup {
  readonly name: string;
  /** Keys, separated by spaces, and what they do. */
  readonly keys: readonly (readonly [keys: string, what: string])[];
}

export const KeyList = ({ groups }: { readonly groups: readonly KeyGroup[] }) => (
  <div className={css.groups}>
    {groups.map(({ name, keys }) => (
      <section key={name}>
        <h3>{name}</h3>
        <dl className={css.keys}>
          {keys.map(([key, what]) => (
            <div key={key}>
              <dt>
                {key.split(" ").map((one) => (
                  <kbd key={one}>{one}</kbd>
                ))}
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
      </section>
    ))}
  </div>
);

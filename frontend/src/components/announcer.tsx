import { createContext, type ReactNode, useCallback, useContext, useState } from "react";

const Say = createContext<(text: string) => void>(() => {});

/** Tells a screen reader what one's own edit did. */
export const useSay = () => useContext(Say);

export const Announcer = ({ children }: { readonly children: ReactNode }) => {
  const [said, setSaid] = useState({ text: "", turn: 0 });
  // The same words twice must be heard twice: two regions take turns.
  const say = useCallback((text: string) => setSaid((old) => ({ text, turn: 1 - old.turn })), []);
  return (
    <Say value={say}>
      {children}
      {[0, 1].map((turn) => (
        <div key={turn} className="sr-only" role="status" aria-live="polite">
          {said.turn === turn ? said.text : ""}
        </div>
      ))}
    </Say>
  );
};

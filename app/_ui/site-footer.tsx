import styles from "./frame.module.css";
import type { Theme } from "./theme";
import { ThemeChoice } from "./theme-choice";

/** The foot of pages without an account menu: there the appearance is chosen here. */
export function SiteFooter({ theme }: { theme: Theme }) {
  return (
    <footer className={styles.footer}>
      <div className={styles.row}>
        <p>Dossier is open source. Every opening of a document is on record.</p>
        <ThemeChoice theme={theme} />
      </div>
    </footer>
  );
}

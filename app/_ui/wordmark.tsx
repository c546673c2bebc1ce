import styles from "./frame.module.css";

/** The logo, a sheet with a folded corner and a stamp, and the name. */
export function Wordmark() {
  return (
    <span className={styles.wordmark}>
      <svg viewBox="0 0 32 32" className={styles.mark} aria-hidden="true">
        <path d="M6 2.5h13.5L26 9v20.5H6zM19.5 2.5V9H26" />
        <circle cx="16" cy="19" r="5.5" />
        <path d="m13.5 19 1.9 1.9 3.4-3.8" />
      </svg>
      Dossier
    </span>
  );
}

import { storageContract } from "./testing/contract";
import { openS3Subject } from "./testing/s3-subject";
import { testStore } from "./testing/test-store";

const store = await testStore();

storageContract("s3", "skipped" in store ? store : () => openS3Subject(store));

import { openS3Subject } from "../../tests/stores/s3-subject";
import { openTestStore } from "../../tests/stores/test-store";
import { testStorageContract } from "./testing/contract/storage-contract";

const store = await openTestStore();

testStorageContract("s3", "skipped" in store ? store : () => openS3Subject(store));

import { join } from "node:path";
import { watch } from "chokidar";
import { type Bundle, Bundler, entryFile } from "./bundle";

export interface SourceOptions {
  /** Where the bundles go. */
  readonly folder: string;
  /** Called with a service whose code is another than before, once its bundle is in place. */
  readonly onChange: (name: string) => void;
  /** Called with a service whose source does not build; its old code stays. */
  readonly onFault: (name: string, reason: string) => void;
}

/**
 * Milliseconds without a change before a build: an editor writes a file in parts, a formatter writes it again, and
 * chokidar drops a change that comes within 50 ms of another.
 */
const settled = 60;

/** The source of every service: bundled at the start, and again when one of the files it was made of changes. */
export class Sources {
  readonly #bundlers = new Map<string, Bundler>();
  readonly #bundles = new Map<string, Bundle>();
  /** Services whose last build failed, and why: any change may mend them. */
  readonly #broken = new Map<string, string>();
  readonly #options: SourceOptions;
  /** Files changed since the last build, and the pause after the latest change. */
  readonly #changes = new Set<string>();
  #pause: NodeJS.Timeout | undefined;
  #watcher: ReturnType<typeof watch> | undefined;

  constructor(options: SourceOptions) {
    this.#options = options;
  }

  /** Where the bundles are. */
  get folder(): string {
    return this.#options.folder;
  }

  /** The bundle of a service, once it is built. */
  fileOf(name: string): string {
    return join(this.folder, `${name}.mjs`);
  }

  /** Bundles a program. Throws when there is no such file, or esbuild's errors with file and line. */
  async add(name: string, entry: string): Promise<Bundle> {
    const bundler = new Bundler(name, entryFile(entry), this.folder);
    this.#bundlers.set(name, bundler);
    const bundle = await bundler.build();
    this.#bundles.set(name, bundle);
    this.#watcher?.add([...bundle.inputs]);
    return bundle;
  }

  version(name: string): string | undefined {
    return this.#bundles.get(name)?.version;
  }

  /** Why a program's source does not build, in esbuild's words with file and line; nothing when it does. */
  fault(name: string): string | undefined {
    return this.#broken.get(name);
  }

  /** Begins to look at the files; every service added before and after is covered. */
  watch(): void {
    const inputs = [...this.#bundles.values()].flatMap((bundle) => [...bundle.inputs]);
    this.#watcher = watch(inputs, { ignoreInitial: true }).on("all", (_, path) => this.#changed(path));
  }

  async close(): Promise<void> {
    clearTimeout(this.#pause);
    await this.#watcher?.close();
    await Promise.all([...this.#bundlers.values()].map((bundler) => bundler.dispose()));
  }

  #changed(path: string): void {
    this.#changes.add(path);
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => void this.#buildTouched(), settled);
  }

  async #buildTouched(): Promise<void> {
    const paths = [...this.#changes];
    this.#changes.clear();
    const touched = [...this.#bundlers].filter(
      ([name]) => this.#broken.has(name) || paths.some((path) => this.#bundles.get(name)?.inputs.has(path)),
    );
    await Promise.all(touched.map(([name, bundler]) => this.#rebuild(name, bundler)));
  }

  async #rebuild(name: string, bundler: Bundler): Promise<void> {
    const before = this.#bundles.get(name);
    try {
      const bundle = await bundler.build();
      this.#broken.delete(name);
      this.#bundles.set(name, bundle);
      this.#watcher?.add([...bundle.inputs]);
      if (bundle.version !== before?.version) this.#options.onChange(name);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#broken.set(name, reason);
      this.#options.onFault(name, reason);
    }
  }
}

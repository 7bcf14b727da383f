// A graphics device in software, for tests where there is no other: SwiftShader and a Vulkan loader, from Debian's package
// chromium-common, unpacked into the user's cache without root. `node scripts/softwareVulkan.ts` fetches it where it is missing and prints
// what a shell must export so that other programs find it.
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { constants, homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const DRIVER = 'vk_swiftshader_icd.json';
const LIBRARY = 'libvk_swiftshader.so';
const LOADER = 'libvulkan.so.1';
/** Where Debian's and Ubuntu's browser keeps all three. */
const SYSTEM = '/usr/lib/chromium';
/** `RTLD_NODELETE` of Linux: a library that turns out to be no module of Node stays loaded all the same. */
const STAY_LOADED = 0x1000;

const cache = () => join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'twinfold', 'vulkan');
const isWhole = (folder: string) => [DRIVER, LIBRARY, LOADER].every((name) => existsSync(join(folder, name)));

/** The folder that holds driver and loader; undefined where they were not fetched and no browser brought them. */
export function findSoftwareVulkan(): string | undefined {
  return [cache(), SYSTEM].find(isWhole);
}

/**
 * Lets this process compute on the CPU through Vulkan; to be called before the first adapter is asked for. Dawn opens the loader by its
 * name, which finds the one loaded here, so no search path need be set before the process starts.
 *
 * @returns false where the driver was not found
 */
export function useSoftwareVulkan(): boolean {
  const folder = findSoftwareVulkan();
  if (folder === undefined) return false;
  process.env.VK_DRIVER_FILES = join(folder, DRIVER);
  process.env.VK_ICD_FILENAMES = join(folder, DRIVER);
  const { RTLD_NOW, RTLD_GLOBAL } = constants.dlopen;
  try {
    process.dlopen({ exports: {} }, join(folder, LOADER), RTLD_NOW | RTLD_GLOBAL | STAY_LOADED);
  } catch (error) {
    // Node says that the loader is none of its modules, after it has loaded it.
    if (!(error instanceof Error && /did not self-register/.test(error.message))) throw error;
  }
  return true;
}

/** Fetches the package with apt, whose lists are brought up to date in a folder of our own where the machine has none. */
function fetchSoftwareVulkan(): void {
  const work = mkdtempSync(join(tmpdir(), 'twinfold-vulkan-'));
  try {
    const lists = join(work, 'lists');
    const archives = join(work, 'cache');
    mkdirSync(join(lists, 'partial'), { recursive: true });
    mkdirSync(archives);
    const own = ['-o', `Dir::State::Lists=${lists}`, '-o', `Dir::Cache=${archives}`];
    const apt = (...args: string[]) => execFileSync('apt-get', args, { cwd: work, stdio: 'pipe' });
    try {
      apt('download', 'chromium-common');
    } catch {
      // Lists that are old or absent are the common cause; any other shows again below.
      try {
        apt(...own, 'update');
      } catch {
        // Some machines clean their own cache after an update, which only root may; the lists are there all the same.
      }
      apt(...own, 'download', 'chromium-common');
    }
    const packed = readdirSync(work).find((name) => name.endsWith('.deb'));
    if (packed === undefined) throw new Error('apt-get brought no package');
    execFileSync('dpkg', ['-x', join(work, packed), work], { stdio: 'pipe' });
    mkdirSync(cache(), { recursive: true });
    // The driver's description comes last: the folder is whole only when everything in it is.
    for (const name of [LOADER, LIBRARY, DRIVER]) copyFileSync(join(work, SYSTEM, name), join(cache(), name));
  } finally {
    rmSync(work, { recursive: true });
  }
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    if (findSoftwareVulkan() === undefined) fetchSoftwareVulkan();
    const folder = findSoftwareVulkan();
    if (folder === undefined) throw new Error('the package does not hold SwiftShader and a loader');
    console.log(`export VK_DRIVER_FILES=${join(folder, DRIVER)}`);
    console.log(`export VK_ICD_FILENAMES=${join(folder, DRIVER)}`);
    console.log(`export LD_LIBRARY_PATH=${folder}\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}`);
  } catch (error) {
    const why = error instanceof Error ? error.message.trim().split('\n').at(-1) : String(error);
    console.error(
      `software Vulkan: ${why}; expected Debian or a system like it, with apt-get and dpkg. The tests of graphics devices are skipped without it.`,
    );
    process.exitCode = 1;
  }
}

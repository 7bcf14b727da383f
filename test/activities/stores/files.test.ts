import test from 'ava';
import { openFolderFiles } from '../../../activities/stores/files.ts';
import { filesContract } from '../../contracts/files.ts';
import { testFolder } from '../../helpers/fakeStudy.ts';

filesContract(test, 'folder', async () => openFolderFiles(await testFolder()));

import { memoryDesk, memoryKind } from './desks.ts';
import { storiesOf } from './story-suite.ts';

storiesOf('the memory connector', memoryKind, memoryDesk);

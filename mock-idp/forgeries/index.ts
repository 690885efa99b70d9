import { audForgeries } from './aud.ts';
import { criticalForgeries } from './critical.ts';
import { embeddedKeyForgeries } from './embedded-key.ts';
import { expForgeries } from './exp.ts';
import { headerForgeries } from './header-other.ts';
import { issForgeries } from './iss.ts';
import { jweBombForgeries } from './jwe-bomb.ts';
import { kidForgeries } from './kid.ts';
import { kidInjectionForgeries } from './kid-injection.ts';
import { nbfIatForgeries } from './nbf-iat.ts';
import { otherClaimForgeries } from './other-claims.ts';
import { remoteKeyForgeries } from './remote-key.ts';
import { subForgeries } from './sub.ts';
import { subInjectionForgeries } from './sub-injection.ts';
import { tokenKindForgeries } from './token-kind.ts';
import { typeForgeries } from './type.ts';
import { unauthenticForgeries } from './unauthentic.ts';
import type { Forgery } from './forgery.ts';

/** Every forged token there is, one defect each. */
export const forgeries: readonly Forgery[] = [
  ...kidForgeries,
  ...kidInjectionForgeries,
  ...embeddedKeyForgeries,
  ...remoteKeyForgeries,
  ...criticalForgeries,
  ...typeForgeries,
  ...headerForgeries,
  ...jweBombForgeries,
  ...expForgeries,
  ...nbfIatForgeries,
  ...issForgeries,
  ...audForgeries,
  ...subForgeries,
  ...subInjectionForgeries,
  ...otherClaimForgeries,
  ...tokenKindForgeries,
  ...unauthenticForgeries,
];

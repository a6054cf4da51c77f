from __future__ import annotations
import pytest, pprint
from tests.live.look import answer_alone, found_in
from tests.live.pages import OBJECTS, OWN, SIGNED_OUT, WORKSPACE
pytestmark = pytest.mark.browser
def test_zz(signed_in, portal, scene):
    for broken in ("500", "503"):
        signed_in.route(f"**/{broken}/", lambda route: answer_alone(route, scene))
    found=found_in((*OWN,*WORKSPACE,*OBJECTS), signed_in, portal, scene)
    open("/tmp/zzfaults.txt","w").write(pprint.pformat(found, width=200))
    assert found=={}

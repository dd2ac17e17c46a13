"""The scripted peer's fixtures, for every test of this folder."""

from tests.peer import black_hole as black_hole
from tests.peer import certificate as certificate
from tests.peer import elsewhere as elsewhere
from tests.peer import resolver as resolver
from tests.peer import serve as serve
from tests.peer import server_tls as server_tls
from tests.peer import trusted as trusted

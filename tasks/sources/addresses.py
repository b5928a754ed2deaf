"""Where the live sources are: one place for every base address, right for the live web."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from urllib.parse import urlsplit

from schemas.suggestions import did_you_mean


@dataclass(frozen=True)
class Addresses:
    """Base addresses of the sources; a mirror of one's own replaces any of them."""

    arxiv_api: str = "https://export.arxiv.org/api/query"
    arxiv_oai: str = "https://oaipmh.arxiv.org/oai"
    arxiv_pdf: str = "https://export.arxiv.org/pdf/"
    epoch_all_models: str = "https://epoch.ai/data/all_ai_models.csv"
    epoch_notable_models: str = "https://epoch.ai/data/notable_ai_models.csv"
    epoch_hardware: str = "https://epoch.ai/data/ml_hardware.csv"
    epoch_prices: str = (
        "https://raw.githubusercontent.com/epoch-research/training-cost-trends/main/data/Hardware%20prices.csv"
    )
    epoch_benchmarks: str = "https://epoch.ai/data/benchmark_data.zip"
    papers_with_code: str = "https://huggingface.co/datasets/pwc-archive/evaluation-tables/resolve/main/data/"
    study_data: str = "https://raw.githubusercontent.com/MIT-FutureTech/TheComputationalLimitsOfDeepLearning/main/data/"
    owid_carbon: str = "https://ourworldindata.org/grapher/carbon-intensity-electricity.csv"
    mirror: str = field(default="", kw_only=True)

    def at(self, address: str) -> str:
        """An address that is not named here, under the mirror if there is one."""
        parts = urlsplit(address)
        return f"{self.mirror.rstrip('/')}/{parts.netloc}{parts.path}" if self.mirror else address

    @classmethod
    def names(cls) -> list[str]:
        """The names by which addresses are replaced."""
        return [f.name for f in fields(cls) if not f.kw_only]

    @classmethod
    def under(cls, mirror: str) -> "Addresses":
        """Every address under a mirror that keeps hosts as folders: `<mirror>/export.arxiv.org/api/query`."""
        here = cls(mirror=mirror)
        return replace(here, **{name: here.at(getattr(here, name)) for name in cls.names()})

    def replaced(self, named: Mapping[str, str]) -> "Addresses":
        """These addresses, but for those named.

        Raises:
            ValueError: a name that no source has.
        """
        known = self.names()
        unknown = sorted(named.keys() - set(known))
        if unknown:
            raise ValueError(
                "; ".join(f"no source has an address named {n}; {did_you_mean(n, known)}" for n in unknown)
            )
        return replace(self, **named)

"""Made-up returns with a known truth, for tests, demonstrations and training."""

from childjourneys.synthetic.example import Written, write_example
from childjourneys.synthetic.plan import Effect, Plan
from childjourneys.synthetic.planted_effects import DEMO_EFFECTS
from childjourneys.synthetic.truth import World
from childjourneys.synthetic.world import simulate

__all__ = ["DEMO_EFFECTS", "Effect", "Plan", "World", "Written", "simulate", "write_example"]

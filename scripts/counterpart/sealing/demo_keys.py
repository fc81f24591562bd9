"""Two age key pairs for demonstrations. THEY PROTECT NOTHING: both halves are public.

Sample rounds are sealed to them, so that anybody can see how sealing and opening work. A real round must
never name one of these recipients.
"""

from __future__ import annotations

#: The private halves, published on purpose.
DEMONSTRATION_IDENTITIES = (
    "AGE-SECRET-KEY-1CDTZL2980A3GC5AJMUKP0WVXELNJPU5FAPERZFUR264L4S20HVDQQS59WY",  # gitleaks:allow
    "AGE-SECRET-KEY-1GZ92QPGQXG4MYF2WWXX6FK7Y7E5NN9CTJ4UTUUZU9J2QDUSLCVKSKM808R",  # gitleaks:allow
)

#: The public halves, in the same order.
DEMONSTRATION_RECIPIENTS = (
    "age1affpv77td8y7yqa548nc863t4dj3x3wlnjax9l7t4cm8vghnla9safw7ka",
    "age1k4rty6jaetnp7ve0j5gxymhg7dyf0cgh8ufxqp6utdksq8sn3pwq2e02x9",
)

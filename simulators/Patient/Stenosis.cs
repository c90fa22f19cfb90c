namespace Vascular.Simulators.Patient;

/// <summary>Systolic pressure behind a narrowing: what the jet through it loses, and what flow is left to lose it.</summary>
/// <remarks>
/// <para>The loss has a viscous part, linear in the flow, and a part of the jet, with its square: Δp = a·q + b·(A/A₁ − 1)²·q² (Young and Tsai, J Biomech 1973, recalled;
/// the form stands in Lyras and Lee 2021, doi 10.1371/journal.pone.0258047). The bed behind it is one resistance: q = p/P. Solved for q, which is 1 without a narrowing.</para>
/// <para>Flow and pressure are those of the peak of the pulse, in which sense alone a "systolic" drop is meant. Coefficients are assumed, chosen so that 50 % of the
/// diameter costs 5 % at rest, 70 % a third and 90 % nearly all: the familiar bend of a critical narrowing. No collateral vessel is simulated;
/// a shut artery has no pressure behind it, unless the scenario says another number.</para>
/// </remarks>
public static class Stenosis
{
    /// <summary>b: loss of the jet at usual flow where A/A₁ is 2, as a share of the pressure.</summary>
    private const double JetShare = 0.0035;

    /// <summary>a, for each unit of (A/A₁)²: loss by viscosity at usual flow, as a share of the pressure.</summary>
    private const double ViscousShare = 0.0015;

    /// <summary>Pressure behind, mmHg.</summary>
    /// <param name="beforeMmHg">Systolic pressure before it, above 0.</param>
    /// <param name="diameterPercent">Share of the diameter that is gone, 0 (none) to 100 (shut).</param>
    /// <param name="dilation">How many times the usual flow the bed behind would let through: 1 at rest, 3 and more after exercise or ischaemia.</param>
    public static double BehindMmHg(double beforeMmHg, double diameterPercent, double dilation = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(beforeMmHg);
        ArgumentOutOfRangeException.ThrowIfNegative(diameterPercent);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(diameterPercent, 100);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dilation);
        double open = 1 - (diameterPercent / 100);
        if (open <= 0)
        {
            return 0;
        }

        double ratio = 1 / (open * open);
        double viscous = ViscousShare * ((ratio * ratio) - 1);
        double jet = JetShare * (ratio - 1) * (ratio - 1);
        // share of the pressure that is left: r, with flow q = r·dilation and 1 = r + viscous·q + jet·q²
        double linear = 1 + (viscous * dilation);
        double square = jet * dilation * dilation;
        double left = square == 0 ? 1 / linear : (Math.Sqrt((linear * linear) + (4 * square)) - linear) / (2 * square);
        return beforeMmHg * left;
    }
}

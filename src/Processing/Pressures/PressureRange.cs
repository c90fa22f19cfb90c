using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Pressures;

/// <summary>Printed pressures that a reading allows, mmHg: one where it was measured, several where it is only known to lie under a floor or is doubted by its uncertainty.</summary>
/// <param name="Lowest">0 or more.</param>
/// <param name="Highest"><paramref name="Lowest"/> or more.</param>
public readonly record struct PressureRange(int Lowest, int Highest)
{
    public static PressureRange Exactly(int mmHg) => new(mmHg, mmHg);

    /// <summary>Under a floor: <c>&lt;30</c> prints at most 29. [D]</summary>
    /// <param name="limitMmHg">1 or more.</param>
    public static PressureRange Below(int limitMmHg) => new(0, limitMmHg - 1);

    /// <summary>What a measured value would print anywhere within its uncertainty.</summary>
    /// <param name="halfWidth">95 % half width, mmHg, 0 or more.</param>
    public static PressureRange Within(double mmHg, double halfWidth) =>
        new(Pressure.FromMmHg(Math.Max(0, mmHg - halfWidth)).Printed, Pressure.FromMmHg(mmHg + halfWidth).Printed);

    /// <summary>Null without a number or a floor.</summary>
    public static PressureRange? Of(VesselPressure vessel) => vessel switch
    {
        VesselPressure.Measured measured => Exactly(measured.MmHg),
        VesselPressure.BelowLimit below => Below(below.LimitMmHg),
        _ => null,
    };
}

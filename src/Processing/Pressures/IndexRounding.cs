namespace Vascular.Processing.Pressures;

/// <summary>How two integer pressures become an index of two decimals.</summary>
/// <remarks>
/// [S] 102/114 = 0.8947 prints 0.89. [D] Exact ties go up: 181/200 = 0.905 is 0.91, borderline. Rounding to even would say 0.90, abnormal,
/// and a binary double cannot even hold the tie; so it is done in integers.
/// </remarks>
public static class IndexRounding
{
    /// <summary>The index, half up: <c>(200·num + den) / (2·den)</c> hundredths.</summary>
    /// <param name="numeratorMmHg">Printed pressure of the limb, mmHg, 0 or more.</param>
    /// <param name="denominatorMmHg">Printed pressure of the arm, mmHg, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A pressure is outside its range.</exception>
    public static PressureIndex HalfUp(int numeratorMmHg, int denominatorMmHg)
    {
        Check(numeratorMmHg, denominatorMmHg);
        return new(checked((int)(((200L * numeratorMmHg) + denominatorMmHg) / (2L * denominatorMmHg))));
    }

    /// <summary>The lower bound of an index whose numerator is only known to exceed a cuff limit. Rounded down, so that the bound never overstates.</summary>
    /// <inheritdoc cref="HalfUp" path="/exception"/>
    public static PressureIndex Floor(int limitMmHg, int denominatorMmHg)
    {
        Check(limitMmHg, denominatorMmHg);
        return new(checked((int)(100L * limitMmHg / denominatorMmHg)));
    }

    /// <summary>The upper bound of an index whose numerator is only known to lie under a floor. Rounded up, so that the bound never understates.</summary>
    /// <inheritdoc cref="HalfUp" path="/exception"/>
    public static PressureIndex Ceiling(int limitMmHg, int denominatorMmHg)
    {
        Check(limitMmHg, denominatorMmHg);
        return new(checked((int)(((100L * limitMmHg) + denominatorMmHg - 1) / denominatorMmHg)));
    }

    private static void Check(int numeratorMmHg, int denominatorMmHg)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(numeratorMmHg);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(denominatorMmHg);
    }
}

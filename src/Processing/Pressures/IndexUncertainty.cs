using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Pressures;

/// <summary>How far an index may be off, given how far its two pressures may be.</summary>
/// <remarks>
/// [D] First order, errors of the two pressures taken as independent: <c>sqrt(hNum² + (num/den)²·hDen²) / den</c>. The form holds at a numerator of 0.
/// That the higher of two arms is taken biases the denominator a little upward; that is not counted.
/// This is the uncertainty of one reading, not its repeatability from day to day, which is a property of the method
/// (TBI one week apart: limits of agreement -0.22 to +0.28 [V] Romanos 2010) and is shown beside trends.
/// </remarks>
public static class IndexUncertainty
{
    /// <param name="numeratorMmHg">Limb pressure, mmHg, 0 or more.</param>
    /// <param name="numeratorHalfWidth">Its 95 % half width, mmHg, 0 or more; null when unknown.</param>
    /// <param name="denominatorMmHg">Arm pressure, mmHg, above 0.</param>
    /// <param name="denominatorHalfWidth">Its 95 % half width, mmHg, 0 or more; null when unknown.</param>
    /// <returns>95 % half width of the index, no unit; null when either half width is unknown: half an answer would look too sure.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range or not a number.</exception>
    public static double? HalfWidth(double numeratorMmHg, double? numeratorHalfWidth, double denominatorMmHg, double? denominatorHalfWidth)
    {
        CheckNotNegative(numeratorMmHg, nameof(numeratorMmHg));
        CheckNotNegative(denominatorMmHg, nameof(denominatorMmHg));
        ArgumentOutOfRangeException.ThrowIfZero(denominatorMmHg);
        CheckNotNegative(numeratorHalfWidth ?? 0, nameof(numeratorHalfWidth));
        CheckNotNegative(denominatorHalfWidth ?? 0, nameof(denominatorHalfWidth));
        if (numeratorHalfWidth is not { } top || denominatorHalfWidth is not { } bottom)
        {
            return null;
        }

        double fromBottom = numeratorMmHg / denominatorMmHg * bottom;
        return Math.Sqrt((top * top) + (fromBottom * fromBottom)) / denominatorMmHg;
    }

    /// <summary>What each pressure brings; in quadrature they are <see cref="HalfWidth"/>. Empty where that is null.</summary>
    public static IReadOnlyList<UncertaintyPart> Parts(double numeratorMmHg, double? numeratorHalfWidth, double denominatorMmHg, double? denominatorHalfWidth) =>
        HalfWidth(numeratorMmHg, numeratorHalfWidth, denominatorMmHg, denominatorHalfWidth) is null
            ? []
            : [new(UncertaintySource.Numerator, numeratorHalfWidth!.Value / denominatorMmHg), new(UncertaintySource.Denominator, numeratorMmHg / denominatorMmHg * denominatorHalfWidth!.Value / denominatorMmHg)];

    private static void CheckNotNegative(double value, string name)
    {
        if (!double.IsFinite(value) || value < 0)
        {
            throw new ArgumentOutOfRangeException(name, value, "A finite number, 0 or more.");
        }
    }
}

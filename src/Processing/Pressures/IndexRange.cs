namespace Vascular.Processing.Pressures;

/// <summary>What is known of an index whose pressures are censored: it lies from <paramref name="Lowest"/> to <paramref name="Highest"/>.</summary>
/// <remarks>[D] The lower bound is rounded down and the upper one up, so that the range never claims too much. It comes from limits, not from measurement error:
/// how far a measured index may be off is <see cref="IndexUncertainty"/>.</remarks>
/// <param name="Lowest">0.00 where nothing is known from below.</param>
public readonly record struct IndexRange(PressureIndex Lowest, PressureIndex Highest)
{
    public static IndexRange Exactly(PressureIndex index) => new(index, index);

    /// <summary><c>&lt;0.27</c>, <c>0.22 to 0.27</c>, or the number where both ends are it.</summary>
    public override string ToString() => Lowest == Highest ? Lowest.ToString()
        : Lowest.Hundredths == 0 ? $"<{Highest}"
        : $"{Lowest} to {Highest}";
}

using System.Globalization;

namespace Vascular.Processing.Pressures;

/// <summary>A ratio of two systolic pressures as it is printed and classified: two decimals, held as whole hundredths.</summary>
/// <remarks>[D] The published classes are written to two decimals and leave gaps (0.90 / 0.91) that only the rounded value fills,
/// so nothing is classified on a binary fraction. Made by <see cref="IndexRounding"/> alone.</remarks>
/// <param name="Hundredths">0 or more; 89 stands for 0.89.</param>
public readonly record struct PressureIndex(int Hundredths) : IComparable<PressureIndex>
{
    /// <summary>The same number for charts and messages, which carry it as a decimal fraction.</summary>
    public double Value => Hundredths / 100.0;

    public int CompareTo(PressureIndex other) => Hundredths.CompareTo(other.Hundredths);

    public static bool operator <(PressureIndex left, PressureIndex right) => left.Hundredths < right.Hundredths;

    public static bool operator >(PressureIndex left, PressureIndex right) => left.Hundredths > right.Hundredths;

    public static bool operator <=(PressureIndex left, PressureIndex right) => left.Hundredths <= right.Hundredths;

    public static bool operator >=(PressureIndex left, PressureIndex right) => left.Hundredths >= right.Hundredths;

    /// <summary>Two decimals with a point, in every culture: <c>0.89</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Hundredths / 100}.{Hundredths % 100:00}");
}

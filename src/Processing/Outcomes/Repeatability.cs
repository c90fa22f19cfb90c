using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Outcomes;

/// <summary>How far a measure moves from day to day without any change of the limb. A property of the method: shown beside a trend, never part of a reading's uncertainty.</summary>
/// <param name="Fall">A fall up to this is within it, in the measure's unit; 0 or more.</param>
/// <param name="Rise">A rise up to this is within it.</param>
/// <param name="Source">In words.</param>
public sealed record Repeatability(WrittenNumber Fall, WrittenNumber Rise, string Source)
{
    /// <summary>Of resting ABI, 10th to 90th percentile. [V] Osmundson, J Vasc Surg 1985.</summary>
    public static Repeatability OfAnkleIndex { get; } = Of(10, 10, "10th to 90th percentile of repeats, Osmundson 1985");

    /// <summary>Of TBI by manual PPG in diabetics one week apart, 95 % limits of agreement. [V] Romanos, J Foot Ankle Res 2010;3:31.</summary>
    public static Repeatability OfToeIndex { get; } = Of(22, 28, "95 % limits of agreement one week apart, Romanos 2010");

    /// <summary>Of toe pressure, the same study. [V]</summary>
    public static Repeatability OfToePressure { get; } = Of(2600, 2600, "95 % limits of agreement one week apart, Romanos 2010");

    /// <summary>Of TcPO2 on the same electrode area 24 to 48 h apart: 80 % of limbs. [V] Rooke and Osmundson, Angiology 1989;40:695.</summary>
    public static Repeatability OfOxygen { get; } = Of(1100, 900, "80 % of limbs 24 to 48 h apart, Rooke and Osmundson 1989");

    public bool Covers(WrittenNumber change) => change >= WrittenNumber.Zero - Fall && change <= Rise;

    private static Repeatability Of(int fallHundredths, int riseHundredths, string source) => new(Hundredth(fallHundredths), Hundredth(riseHundredths), source);

    private static WrittenNumber Hundredth(int hundredths) => WrittenNumber.Near(hundredths / 100.0);
}

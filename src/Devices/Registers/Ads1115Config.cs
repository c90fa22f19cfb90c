namespace Vascular.Devices.Registers;

/// <summary>The configuration register of an ADS1115: which input, which full scale, how fast, and whether a conversion is under way.</summary>
/// <remarks>Source: Texas Instruments, ADS111x data sheet (SBAS444), config register. Power-up value 0x8583.</remarks>
/// <param name="Word">As on the wire, most significant byte first.</param>
public readonly record struct Ads1115Config(ushort Word)
{
    /// <summary>Value after power-up: inputs 0 and 1 against each other, 2.048 V, 128 a second, single shot.</summary>
    public const ushort PowerUp = 0x8583;

    private const int OperationBit = 0x8000;
    private const int SingleShotBit = 0x0100;
    private const int ComparatorOff = 0x0003;
    private const int FirstSingleEnded = 4;

    private static readonly int[] FullScales = [6144, 4096, 2048, 1024, 512, 256, 256, 256];
    private static readonly int[] Rates = [8, 16, 32, 64, 128, 250, 475, 860];

    /// <summary>Full scales there are, mV.</summary>
    public static IReadOnlyList<int> FullScalesMilliVolts { get; } = [6144, 4096, 2048, 1024, 512, 256];

    /// <summary>Data rates there are, conversions a second.</summary>
    public static IReadOnlyList<int> RatesPerSecond => Rates;

    /// <summary>Read: no conversion is under way. Written: start one.</summary>
    public bool Ready => (Word & OperationBit) != 0;

    /// <summary>Input measured against ground, 0 to 3; null while two inputs are measured against each other.</summary>
    public int? Input => Mux >= FirstSingleEnded ? Mux - FirstSingleEnded : null;

    /// <summary>Voltage of the largest count plus one, mV.</summary>
    public int FullScaleMilliVolts => FullScales[(Word >> 9) & 7];

    /// <summary>mV of one count.</summary>
    public double MilliVoltsPerCount => FullScaleMilliVolts / 32768.0;

    /// <summary>Conversions a second; one conversion takes the inverse, within 10 %.</summary>
    public int PerSecond => Rates[(Word >> 5) & 7];

    private int Mux => (Word >> 12) & 7;

    /// <summary>The word that starts one conversion of one input against ground, comparator off.</summary>
    /// <param name="input">0 to 3.</param>
    /// <param name="fullScaleMilliVolts">One of <see cref="FullScalesMilliVolts"/>.</param>
    /// <param name="perSecond">One of <see cref="RatesPerSecond"/>.</param>
    public static Ads1115Config Start(int input, int fullScaleMilliVolts, int perSecond)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(input);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(input, 3);
        int scale = Array.IndexOf(FullScales, fullScaleMilliVolts);
        int rate = Array.IndexOf(Rates, perSecond);
        ArgumentOutOfRangeException.ThrowIfNegative(scale, nameof(fullScaleMilliVolts));
        ArgumentOutOfRangeException.ThrowIfNegative(rate, nameof(perSecond));
        return new Ads1115Config((ushort)(OperationBit | ((FirstSingleEnded + input) << 12) | (scale << 9) | SingleShotBit | (rate << 5) | ComparatorOff));
    }

    /// <summary>The same setting as seen while the conversion runs.</summary>
    public Ads1115Config Busy => new((ushort)(Word & ~OperationBit));
}

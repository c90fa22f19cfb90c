namespace Vascular.Processing.Vocabulary;

/// <summary>A pressure, held in millimetres of mercury: cuff, arterial or a gas tension.</summary>
/// <remarks>A ratio of two pressures is a plain number, so that an index can never be taken for a pressure.</remarks>
public readonly record struct Pressure : IComparable<Pressure>
{
    /// <summary>Millimetres of mercury in one kilopascal (clinical reference 0.1).</summary>
    public const double MmHgPerKPa = 7.50062;

    private Pressure(double mmHg) => MmHg = mmHg;

    /// <summary>mmHg, finite, may be negative for a gauge below the room.</summary>
    public double MmHg { get; }

    /// <exception cref="ArgumentOutOfRangeException">The value is not a finite number.</exception>
    public static Pressure FromMmHg(double value) => double.IsFinite(value)
        ? new(value)
        : throw new ArgumentOutOfRangeException(nameof(value), value, "A pressure is a finite number of mmHg.");

    public static Pressure FromKPa(double value) => FromMmHg(value * MmHgPerKPa);

    /// <summary>The integer that is printed and graded: half up (39.5 prints 40). Clinical reference 0.1, rule 1.</summary>
    public int Printed => (int)Math.Floor(MmHg + 0.5);

    public int CompareTo(Pressure other) => MmHg.CompareTo(other.MmHg);

    public static bool operator <(Pressure left, Pressure right) => left.MmHg < right.MmHg;

    public static bool operator >(Pressure left, Pressure right) => left.MmHg > right.MmHg;

    public static bool operator <=(Pressure left, Pressure right) => left.MmHg <= right.MmHg;

    public static bool operator >=(Pressure left, Pressure right) => left.MmHg >= right.MmHg;
}

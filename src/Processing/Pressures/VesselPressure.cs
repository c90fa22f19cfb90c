using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Pressures;

/// <summary>What is known of the systolic pressure of one artery of the leg (posterior tibial, dorsalis pedis, digital): one of five cases, never a sentinel number.</summary>
public abstract record VesselPressure
{
    /// <summary>Highest pressure taken for one, mmHg. [D] Above any cuff (devices stop at 250 to 300), so that a slipped digit is refused.</summary>
    public const int HighestMmHg = 400;

    private VesselPressure()
    {
    }

    public abstract MeasurementState State { get; }

    /// <summary>Occluded, and its pressure read. A measured 0 is a number.</summary>
    public sealed record Measured : VesselPressure
    {
        /// <param name="mmHg">The printed integer, 0 to <see cref="HighestMmHg"/>.</param>
        /// <param name="unreliable">The operator marked the reading doubtful; it still counts, and says so.</param>
        public Measured(int mmHg, bool unreliable = false)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(mmHg);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(mmHg, HighestMmHg);
            (MmHg, Unreliable) = (mmHg, unreliable);
        }

        public int MmHg { get; }

        public bool Unreliable { get; }

        public override MeasurementState State => Unreliable ? MeasurementState.Unreliable : MeasurementState.Measured;
    }

    /// <summary>Flow persisted at the cuff limit: non-compressible. [S] prints <c>&gt;254 (PT) -NC-</c>.</summary>
    /// <remarks>A pressure that was occluded at the same number is <see cref="Measured"/>.</remarks>
    public sealed record AboveLimit : VesselPressure
    {
        /// <param name="limitMmHg">The cuff limit, a setting of the device, 1 to <see cref="HighestMmHg"/>.</param>
        public AboveLimit(int limitMmHg)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limitMmHg);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(limitMmHg, HighestMmHg);
            LimitMmHg = limitMmHg;
        }

        public int LimitMmHg { get; }

        public override MeasurementState State => MeasurementState.AboveLimit;
    }

    /// <summary>Under the floor of method or sensor: <c>&lt;30</c>. A pulse or flow was there, so it is neither absent nor 0.</summary>
    public sealed record BelowLimit : VesselPressure
    {
        /// <param name="limitMmHg">The floor, 1 to <see cref="HighestMmHg"/>; the printed pressure lies below it.</param>
        public BelowLimit(int limitMmHg)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limitMmHg);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(limitMmHg, HighestMmHg);
            LimitMmHg = limitMmHg;
        }

        public int LimitMmHg { get; }

        public override MeasurementState State => MeasurementState.BelowLimit;
    }

    /// <summary>Looked for under good conditions; no flow or pulse found. Not zero.</summary>
    public sealed record Absent : VesselPressure
    {
        public override MeasurementState State => MeasurementState.Absent;
    }

    /// <summary>No number to compute with: not done, not obtainable, unreadable, amputated, or only an interval known.</summary>
    public sealed record Without : VesselPressure
    {
        /// <exception cref="ArgumentException">The state belongs to another case, or is not yet a result.</exception>
        public Without(MeasurementState why)
        {
            if (why is MeasurementState.Measured or MeasurementState.Unreliable or MeasurementState.AboveLimit or MeasurementState.BelowLimit
                or MeasurementState.Absent or MeasurementState.Running)
            {
                throw new ArgumentException($"A pressure without a number cannot be '{why.Word()}'.", nameof(why));
            }

            State = why;
        }

        public override MeasurementState State { get; }
    }

    public static VesselPressure NotDone { get; } = new Without(MeasurementState.NotDone);

    public static VesselPressure NoFlow { get; } = new Absent();

    /// <summary>The pressure a finding of an examination stands for.</summary>
    /// <exception cref="ArgumentException">The finding lacks the number its state promises, or is still running.</exception>
    public static VesselPressure Of(Finding finding)
    {
        ArgumentNullException.ThrowIfNull(finding);
        return finding.State switch
        {
            MeasurementState.Measured or MeasurementState.Unreliable =>
                new Measured(Pressure.FromMmHg(Needed(finding.Value, finding)).Printed, finding.State == MeasurementState.Unreliable),
            MeasurementState.AboveLimit => new AboveLimit((int)Math.Floor(Needed(finding.Limit, finding))),
            MeasurementState.BelowLimit => new BelowLimit((int)Math.Ceiling(Needed(finding.Limit, finding))),
            MeasurementState.Absent => NoFlow,
            MeasurementState why => new Without(why),
        };
    }

    private static double Needed(double? number, Finding finding) =>
        number ?? throw new ArgumentException($"Finding '{finding.Name}' is {finding.State.Word()} and holds no number.", nameof(finding));
}

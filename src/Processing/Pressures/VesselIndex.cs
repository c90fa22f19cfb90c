namespace Vascular.Processing.Pressures;

/// <summary>The index of one artery: a number, or only the bound below or above it. An artery without either has none (null).</summary>
public abstract record VesselIndex
{
    private VesselIndex()
    {
    }

    /// <summary>The artery was occluded: its index, half up.</summary>
    public sealed record Exact(PressureIndex Index) : VesselIndex
    {
        public override string ToString() => Index.ToString();
    }

    /// <summary>The artery was not occluded at the cuff limit: its index lies above this, rounded down. Not a number to trend or to grade.</summary>
    public sealed record Above(PressureIndex Bound) : VesselIndex
    {
        public override string ToString() => $">{Bound}";
    }

    /// <summary>The pressure lies under the floor of its method: the index lies below this, rounded up. Not a number to trend.</summary>
    public sealed record Below(PressureIndex Bound) : VesselIndex
    {
        public override string ToString() => $"<{Bound}";
    }

    /// <param name="armMmHg">The denominator; null when no arm could be used.</param>
    public static VesselIndex? Of(VesselPressure vessel, int? armMmHg) => (vessel, armMmHg) switch
    {
        (VesselPressure.Measured measured, int arm) => new Exact(IndexRounding.HalfUp(measured.MmHg, arm)),
        (VesselPressure.AboveLimit above, int arm) => new Above(IndexRounding.Floor(above.LimitMmHg, arm)),
        (VesselPressure.BelowLimit below, int arm) => new Below(IndexRounding.Ceiling(below.LimitMmHg, arm)),
        _ => null,
    };
}

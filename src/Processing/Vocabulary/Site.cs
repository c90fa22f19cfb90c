using System.Diagnostics.CodeAnalysis;

namespace Vascular.Processing.Vocabulary;

/// <summary>Side of the body. Right is R and left is L everywhere; no value exists for "not said".</summary>
public enum Side
{
    Right,
    Left,
}

/// <summary>Where on a limb something is measured.</summary>
public enum Place
{
    /// <summary>Upper arm, brachial artery.</summary>
    Arm,

    /// <summary>The ankle as a level of the limb; the limb's ABI belongs here.</summary>
    Ankle,

    /// <summary>Posterior tibial artery at the ankle.</summary>
    PosteriorTibial,

    /// <summary>Dorsalis pedis artery at the ankle.</summary>
    DorsalisPedis,

    /// <summary>A toe whose digit is not stated.</summary>
    Toe,

    /// <summary>The hallux.</summary>
    Toe1,
    Toe2,
    Toe3,
    Toe4,
    Toe5,

    /// <summary>The foot as a whole: its WIfI grades belong here.</summary>
    Foot,

    /// <summary>Back of the foot; TcPO2 usually over the first metatarsal space.</summary>
    FootDorsum,

    /// <summary>Sole of the foot.</summary>
    FootPlantar,

    /// <summary>Skin beside the wound.</summary>
    WoundEdge,

    /// <summary>Lower leg: a level of the limb, for its pressure, for skin, and for an amputation.</summary>
    Calf,

    /// <summary>Below the collar bone, second intercostal space: the reference of TcPO2.</summary>
    Chest,

    /// <summary>Thigh below the groin: the highest level at which a limb's cuff sits.</summary>
    HighThigh,

    /// <summary>Thigh above the knee.</summary>
    LowThigh,
}

/// <summary>A sided place on the body, as the technician names it; no device wire carries one.</summary>
/// <remarks>The code (<c>R.TOE1</c>, <c>L.ARM</c>) is what tape, findings and FHIR (<c>vas-site</c>) use.</remarks>
public readonly record struct Site(Side Side, Place Place)
{
    private static readonly (Place Place, string Code)[] Codes =
    [
        (Place.Arm, "ARM"), (Place.Ankle, "ANKLE"), (Place.PosteriorTibial, "PT"), (Place.DorsalisPedis, "DP"),
        (Place.Toe, "TOE"), (Place.Toe1, "TOE1"), (Place.Toe2, "TOE2"), (Place.Toe3, "TOE3"), (Place.Toe4, "TOE4"), (Place.Toe5, "TOE5"),
        (Place.Foot, "FOOT"), (Place.FootDorsum, "FOOT.DORSUM"), (Place.FootPlantar, "FOOT.PLANTAR"), (Place.WoundEdge, "FOOT.WOUND"), (Place.Calf, "CALF"), (Place.Chest, "CHEST"),
        (Place.HighThigh, "THIGH.HIGH"), (Place.LowThigh, "THIGH.LOW"),
    ];

    /// <summary>Sided code, for instance <c>R.DP</c>.</summary>
    public string Code => $"{(Side == Side.Right ? 'R' : 'L')}.{PlaceCode(Place)}";

    public bool IsToe => Place is >= Place.Toe and <= Place.Toe5;

    /// <summary>True for skin on which a TcPO2 electrode sits.</summary>
    public bool IsSkin => Place is >= Place.FootDorsum and <= Place.Chest;

    /// <summary>True from the ankle on: what an amputation of the leg takes away.</summary>
    public bool IsFoot => Place is not (Place.Arm or Place.Calf or Place.Chest or Place.HighThigh or Place.LowThigh);

    /// <summary>True for the levels above the ankle at which a limb's cuff sits.</summary>
    public bool IsSegment => Place is Place.HighThigh or Place.LowThigh or Place.Calf;

    /// <summary>True for the arteries felt at the ankle.</summary>
    public bool IsAnkleArtery => Place is Place.PosteriorTibial or Place.DorsalisPedis;

    public static bool TryParse([NotNullWhen(true)] string? code, out Site site)
    {
        site = default;
        if (code is null || code.Length < 4 || code[1] != '.' || code[0] is not ('R' or 'L'))
        {
            return false;
        }

        foreach ((Place place, string name) in Codes)
        {
            if (code.AsSpan(2).SequenceEqual(name))
            {
                site = new Site(code[0] == 'R' ? Side.Right : Side.Left, place);
                return true;
            }
        }

        return false;
    }

    /// <exception cref="FormatException">The code is none of ours; the message lists the form expected.</exception>
    public static Site Parse(string code) => TryParse(code, out Site site)
        ? site
        : throw new FormatException($"'{code}' is not a site: write R or L, a dot, and one of {string.Join(", ", Codes.Select(c => c.Code))}.");

    public override string ToString() => Code;

    private static string PlaceCode(Place place) => Array.Find(Codes, c => c.Place == place).Code;
}

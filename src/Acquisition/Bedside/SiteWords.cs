using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Bedside;

/// <summary>Sites as a person says them. Right is R and left is L.</summary>
public static class SiteWords
{
    /// <summary><c>right ankle</c>, <c>left great toe</c>: where a cuff or a sensor goes.</summary>
    public static string Place(Site site) => $"{Word(site.Side)} {Part(site)}";

    /// <summary><c>R ankle PT</c>: beside a name.</summary>
    public static string Short(Site site) => $"{Letter(site.Side)} {Part(site)}{Artery(site.Place) switch { "" => "", var artery => $" {artery}" }}";

    public static string Word(Side side) => side == Side.Right ? "right" : "left";

    public static string Letter(Side side) => side == Side.Right ? "R" : "L";

    /// <summary><c>PT</c> or <c>DP</c>; empty for a site that is no ankle artery.</summary>
    public static string Artery(Place place) => place switch
    {
        Vascular.Processing.Vocabulary.Place.PosteriorTibial => "PT",
        Vascular.Processing.Vocabulary.Place.DorsalisPedis => "DP",
        _ => string.Empty,
    };

    /// <summary><c>high thigh</c>, <c>calf</c>: where a limb's cuff sits, without its side.</summary>
    public static string Level(Place place) => place switch
    {
        Vascular.Processing.Vocabulary.Place.HighThigh => "high thigh",
        Vascular.Processing.Vocabulary.Place.LowThigh => "low thigh",
        Vascular.Processing.Vocabulary.Place.Calf => "calf",
        _ => "ankle",
    };

    private static string Part(Site site) => site.Place switch
    {
        Vascular.Processing.Vocabulary.Place.Arm => "arm",
        Vascular.Processing.Vocabulary.Place.Toe => "toe",
        Vascular.Processing.Vocabulary.Place.Toe1 => "great toe",
        Vascular.Processing.Vocabulary.Place.Toe2 => "second toe",
        Vascular.Processing.Vocabulary.Place.Toe3 => "third toe",
        Vascular.Processing.Vocabulary.Place.Toe4 => "fourth toe",
        Vascular.Processing.Vocabulary.Place.Toe5 => "fifth toe",
        Vascular.Processing.Vocabulary.Place.Foot => "foot",
        Vascular.Processing.Vocabulary.Place.FootDorsum => "foot, dorsum",
        Vascular.Processing.Vocabulary.Place.FootPlantar => "foot, sole",
        Vascular.Processing.Vocabulary.Place.WoundEdge => "foot, wound edge",
        Vascular.Processing.Vocabulary.Place.Calf => "lower leg",
        Vascular.Processing.Vocabulary.Place.Chest => "chest",
        Vascular.Processing.Vocabulary.Place.HighThigh => "high thigh",
        Vascular.Processing.Vocabulary.Place.LowThigh => "low thigh",
        _ => "ankle",
    };
}

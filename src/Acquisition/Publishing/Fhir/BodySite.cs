using Hl7.Fhir.Model;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Publishing.Fhir;

/// <summary>A site in SNOMED CT: the sided artery where one code has side and artery; for a toe or skin our sided code beside the unsided one, for the chest ours alone (no code was verified).</summary>
/// <remarks>The side is never only in the text: a program reads codes.</remarks>
public static class BodySite
{
    public static CodeableConcept Of(Site site)
    {
        string side = site.Side == Side.Right ? "right" : "left";
        return site.Place switch
        {
            Place.Arm => Sided(site, "723962009", "723961002", $"Structure of {side} brachial artery (body structure)", "brachial artery"),
            Place.PosteriorTibial => Sided(site, "214811007", "214912001", $"Structure of {side} posterior tibial artery (body structure)", "posterior tibial artery"),
            Place.DorsalisPedis => Sided(site, "792816004", "792817008", $"Structure of {side} dorsalis pedis artery (body structure)", "dorsalis pedis artery"),
            Place.Ankle => Sided(site, "6685009", "51636004", $"Structure of {side} ankle (body structure)", "ankle"),
            Place.Toe => Toe(site, "29707007", "Toe", "toe, digit not stated"),
            Place.Toe1 => Toe(site, "78883009", "Great toe structure", "great toe"),
            Place.Toe2 => Toe(site, "55078004", "Second toe structure", "second toe"),
            Place.Toe3 => Toe(site, "78132007", "Third toe structure", "third toe"),
            Place.Toe4 => Toe(site, "29707007", "Toe", "fourth toe"),
            Place.Toe5 => Toe(site, "29707007", "Toe", "fifth toe"),
            Place.Foot => Skin(site, "56459004", "Foot structure", "foot"),
            Place.FootDorsum => Skin(site, "56459004", "Foot structure", "foot, dorsum"),
            Place.FootPlantar => Skin(site, "56459004", "Foot structure", "foot, sole"),
            Place.WoundEdge => Skin(site, "56459004", "Foot structure", "foot, beside the wound"),
            Place.Calf => Skin(site, "30021000", "Lower leg structure", "lower leg"),
            Place.HighThigh => Skin(site, "68367000", "Thigh structure", "thigh, high"),
            Place.LowThigh => Skin(site, "68367000", "Thigh structure", "thigh, low"),
            Place.Chest => new CodeableConcept { Coding = [Own(site, "chest, second intercostal space")], Text = Words(site, "chest, second intercostal space") },
            _ => throw new ArgumentOutOfRangeException(nameof(site), site, "A place without a code cannot be sent."),
        };
    }

    private static CodeableConcept Sided(Site site, string right, string left, string display, string words) => new()
    {
        Coding = [new Coding(Systems.Snomed, site.Side == Side.Right ? right : left, display)],
        Text = Words(site, words),
    };

    private static CodeableConcept Toe(Site site, string snomed, string display, string words) => Skin(site, snomed, display, words);

    /// <summary>Our sided code beside an unsided one.</summary>
    private static CodeableConcept Skin(Site site, string snomed, string display, string words) => new()
    {
        Coding = [Own(site, words), new Coding(Systems.Snomed, snomed, display)],
        Text = Words(site, words),
    };

    private static Coding Own(Site site, string words) => new(Systems.Site, site.Code, Words(site, words));

    private static string Words(Site site, string place) => $"{(site.Side == Side.Right ? "Right" : "Left")} {place}";
}

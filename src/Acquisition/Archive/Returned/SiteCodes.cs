using Vascular.Acquisition.Publishing.Fhir;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Archive.Returned;

/// <summary>A site as DICOM codes it: an unsided SNOMED CT structure, and the side beside it. For the chest ours, since no code was verified.</summary>
internal static class SiteCodes
{
    public static (Coded Place, Coded Side) Of(Site site) => (PlaceOf(site.Place), site.Side == Side.Right
        ? Coded.Snomed("24028007", "Right")
        : Coded.Snomed("7771000", "Left"));

    /// <summary>Our own sided code, where SNOMED CT's names a part of the foot or leg more coarsely than the site: the one the chart gets, too. Null where its code says it all.</summary>
    public static Coded? Exactly(Site site) => BodySite.Of(site).Coding.FirstOrDefault(c => c.System == Systems.Site) is { Code: { } code, Display: { } words } ? Coded.Ours(code, words) : null;

    private static Coded PlaceOf(Place place) => place switch
    {
        Place.Arm => Coded.Snomed("17137000", "Brachial artery"),
        Place.PosteriorTibial => Coded.Snomed("13363002", "Posterior tibial artery"),
        Place.DorsalisPedis => Coded.Snomed("86547008", "Dorsalis pedis artery"),
        Place.Ankle => Coded.Snomed("344001", "Ankle"),
        Place.Toe or Place.Toe4 or Place.Toe5 => Coded.Snomed("29707007", "Toe"),
        Place.Toe1 => Coded.Snomed("78883009", "Great toe structure"),
        Place.Toe2 => Coded.Snomed("55078004", "Second toe structure"),
        Place.Toe3 => Coded.Snomed("78132007", "Third toe structure"),
        Place.Calf => Coded.Snomed("30021000", "Lower leg structure"),
        Place.Chest => Coded.Ours("chest", "Chest, second intercostal space"),
        Place.HighThigh or Place.LowThigh => Coded.Snomed("68367000", "Thigh structure"),
        Place.Foot or Place.FootDorsum or Place.FootPlantar or Place.WoundEdge => Coded.Snomed("56459004", "Foot structure"),
        _ => throw new ArgumentOutOfRangeException(nameof(place), place, "A place without a code cannot be stored."),
    };
}

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Vascular.Acquisition.Records;

/// <summary>One reader's score of one leg, with the frame it was read on. Never changed; who reads again makes another entry.</summary>
public sealed class FrameScore
{
    public long Id { get; init; }

    /// <summary>Made where the score was entered: sent twice, it is one entry.</summary>
    public required Guid Entry { get; init; }

    /// <summary>Study Instance UID.</summary>
    public required string Study { get; init; }

    /// <summary>SOP Instance UID of the image.</summary>
    public required string Instance { get; init; }

    /// <summary>Frame of it, from 1 as DICOM counts; 1 for a film.</summary>
    public required int Frame { get; init; }

    /// <summary>R or L.</summary>
    public required string Side { get; init; }

    /// <summary><c>sad_0_2</c>, <c>mac_ferraresi_0_2</c>, <c>mac_pedal_0_5</c>: stored with the score, never converted.</summary>
    public required string Scale { get; init; }

    public required int Score { get; init; }

    /// <summary>What the reader wrote beside it; may be empty.</summary>
    public required string Words { get; init; }

    /// <summary>Who read, as the reader named himself.</summary>
    public required string Reader { get; init; }

    public required long AtUtcNs { get; init; }

    /// <summary>The reader had not been shown another's score of the same leg on the same scale. Agreement is judged on these alone.</summary>
    public required bool Blind { get; init; }

    internal sealed class Table : IEntityTypeConfiguration<FrameScore>
    {
        public void Configure(EntityTypeBuilder<FrameScore> score)
        {
            score.ToTable("FrameScores");
            score.HasKey(s => s.Id);
            score.HasIndex(s => s.Entry).IsUnique();
            score.HasIndex(s => new { s.Study, s.Scale });
        }
    }
}

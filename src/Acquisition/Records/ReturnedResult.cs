using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Vascular.Acquisition.Archive.Returned;

namespace Vascular.Acquisition.Records;

public enum ReturnState
{
    /// <summary>To be stored in the archive, or not yet read back from it.</summary>
    Owed,

    /// <summary>Read back from the archive, byte for byte as it was made.</summary>
    Stored,

    /// <summary>Read back, and the archive has changed elements of it; nothing more is owed.</summary>
    StoredChanged,

    /// <summary>The archive refused it, or it could not be made: a person looks.</summary>
    Refused,
}

/// <summary>An object of a result on its way to the archive, committed with the result itself.</summary>
public sealed class ReturnedResult
{
    /// <summary>SOP Instance UID.</summary>
    public required string Instance { get; init; }

    public required Guid Examination { get; init; }

    public required int Binding { get; init; }

    public required int ResultVersion { get; init; }

    public required ReturnedKind Kind { get; init; }

    public required string SopClass { get; init; }

    public required string Study { get; init; }

    public required string Series { get; init; }

#pragma warning disable CA1819 // a column
    /// <summary>The DICOM file, until the archive has it.</summary>
    public byte[]? File { get; set; }
#pragma warning restore CA1819

    /// <summary>SHA-256 of the file, lower-case hex.</summary>
    public required string Sha256 { get; init; }

    public required long CommittedUtcNs { get; init; }

    public required ReturnState State { get; set; }

    public long? SettledUtcNs { get; set; }

    public int Attempts { get; set; }

    /// <summary>What the archive, or the maker, said last; names no patient.</summary>
    public string? Detail { get; set; }

    internal sealed class Table : IEntityTypeConfiguration<ReturnedResult>
    {
        public void Configure(EntityTypeBuilder<ReturnedResult> builder)
        {
            builder.HasKey(r => r.Instance);
            builder.Property(r => r.Kind).HasConversion<string>();
            builder.Property(r => r.State).HasConversion<string>();
            builder.HasIndex(r => r.State);
            builder.HasIndex(r => new { r.Examination, r.Binding, r.ResultVersion });
            builder.HasOne<Examination>().WithMany().HasForeignKey(r => r.Examination).OnDelete(DeleteBehavior.Restrict);
        }
    }
}

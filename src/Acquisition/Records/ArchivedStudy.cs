using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Vascular.Acquisition.Records;

public enum StudyState
{
    /// <summary>At least one of its pictures can be read.</summary>
    Readable,

    /// <summary>None can, or the study is malformed: it waits for a person, everything else goes on.</summary>
    SetAside,
}

/// <summary>What speaks against a binding, or what it lacks. Those a person must settle are in <see cref="StudyDoubtWords.Open"/>.</summary>
[Flags]
public enum StudyDoubts
{
    None = 0,

    /// <summary>The sender named no patient.</summary>
    PatientNotSaid = 1,

    /// <summary>No examination of this station is of that patient.</summary>
    PatientUnknown = 2,

    /// <summary>The order names one patient and the study another.</summary>
    PatientContradicts = 4,

    /// <summary>The study's issuer of patient identifiers is not the station's.</summary>
    IssuerDiffers = 8,

    SexContradicts = 16,

    /// <summary>At least one picture names no side.</summary>
    SideNotSaid = 32,

    /// <summary>The order says one side and a picture the other.</summary>
    SideContradicts = 64,

    /// <summary>The side is the order's: the pictures name none.</summary>
    SideFromOrder = 128,

    /// <summary>Both legs are in the study; each picture has its own.</summary>
    BothSides = 256,

    BodyPartNotSaid = 512,

    /// <summary>Body Part Examined names a place that is not on the leg.</summary>
    BodyPartElsewhere = 1024,

    /// <summary>A person gave another side than a picture says.</summary>
    SideOverruled = 2048,

    /// <summary>Pictures came, or what the archive says of them changed, after a person had bound the study.</summary>
    CameAfterBinding = 4096,

    /// <summary>Pictures of one Study Instance UID name different patients. It stays when a person binds the study: the pictures still say so.</summary>
    PatientsDiffer = 8192,

    /// <summary>A picture says that it shows both legs, or its attributes name two different ones.</summary>
    SideUnclear = 16384,
}

/// <summary>A study of the archive as this station knows it: which pictures it had when last looked at, and whose leg they show.</summary>
public sealed class ArchivedStudy
{
    /// <summary>Study Instance UID.</summary>
    public required string Study { get; init; }

    /// <summary>From 1; rises when pictures came or went, or the archive says something else of them.</summary>
    public int Version { get; set; } = 1;

    /// <summary>Hash of the pictures and of what decides whose leg they show: the same is the same version, however often it is told.</summary>
    public required string Pictures { get; set; }

    /// <summary>Instances of all kinds the archive counted when it was read; null where it does not count.</summary>
    public int? Instances { get; set; }

    public required StudyState State { get; set; }

    /// <summary>Why it was set aside, in words that name no patient.</summary>
    public string? Reason { get; set; }

    /// <summary>As the sender wrote it, with its issuer.</summary>
    public string? PatientId { get; set; }

    public string? PatientIssuer { get; set; }

    /// <summary>M, F or O as sent.</summary>
    public string? PatientSex { get; set; }

    public string? Accession { get; set; }

    /// <summary>YYYYMMDD as written.</summary>
    public string? Date { get; set; }

    public string? Description { get; set; }

    public required long ArrivedUtcNs { get; init; }

    /// <summary>When its newest version was read.</summary>
    public required long ReadUtcNs { get; set; }

    /// <summary>Whose it is, in the station's own system of identifiers; null: it waits on the list "to be bound".</summary>
    public string? PatientSystem { get; set; }

    public string? PatientValue { get; set; }

    /// <summary>The examination whose order it answers; null where it answers none.</summary>
    public Guid? Examination { get; set; }

    /// <summary>Who bound it: <c>order</c>, <c>identifier</c>, or a person's name; null while it is to be bound.</summary>
    public string? BoundBy { get; set; }

    public long? BoundUtcNs { get; set; }

    public required StudyDoubts Doubts { get; set; }

    public bool IsBound => BoundBy is not null;

    internal sealed class Table : IEntityTypeConfiguration<ArchivedStudy>
    {
        public void Configure(EntityTypeBuilder<ArchivedStudy> builder)
        {
            builder.ToTable("ArchivedStudies");
            builder.HasKey(s => s.Study);
            builder.Ignore(s => s.IsBound);
            builder.Property(s => s.State).HasConversion<string>();
            builder.Property(s => s.Doubts).HasConversion<string>();
        }
    }
}

/// <summary>One picture of a study: an angiographic run, or a film of the foot.</summary>
public sealed class ArchivedPicture
{
    public required string Study { get; init; }

    /// <summary>SOP Instance UID.</summary>
    public required string Instance { get; init; }

    public required string Series { get; init; }

    /// <summary>XA, DX or CR.</summary>
    public required string Modality { get; init; }

    /// <summary>Zero where it cannot be read.</summary>
    public int Frames { get; set; }

    public int Rows { get; set; }

    public int Columns { get; set; }

    /// <summary>R or L as the picture says it, B where it names both or two different ones; null where it names none.</summary>
    public string? SaidSide { get; set; }

    /// <summary>R or L where the picture says one of them.</summary>
    internal string? KnownSide => SaidSide is "R" or "L" ? SaidSide : null;

    /// <summary>R or L as it is bound; null while nobody knows.</summary>
    public string? Side { get; set; }

    /// <summary>As sent; often wrong by habit, so shown and never relied on.</summary>
    public string? BodyPart { get; set; }

    public string? Description { get; set; }

    /// <summary>The version of the study it came with.</summary>
    public required int SinceVersion { get; init; }

    /// <summary>The version it was gone in; null while the archive holds it.</summary>
    public int? GoneVersion { get; set; }

    /// <summary>Why it cannot be read; null when it can.</summary>
    public string? Fault { get; set; }

    internal sealed class Table : IEntityTypeConfiguration<ArchivedPicture>
    {
        public void Configure(EntityTypeBuilder<ArchivedPicture> builder)
        {
            builder.ToTable("ArchivedPictures");
            builder.HasKey(p => new { p.Study, p.Instance });
            builder.HasOne<ArchivedStudy>().WithMany().HasForeignKey(p => p.Study).OnDelete(DeleteBehavior.Restrict);
        }
    }
}

/// <summary>What happened to a study and who did it; written in the transaction of what happened, never changed.</summary>
public sealed class StudyEvent
{
    public long Id { get; init; }

    public required string Study { get; init; }

    public required long AtUtcNs { get; init; }

    /// <summary>A person, or <c>station</c>.</summary>
    public required string User { get; init; }

    /// <summary>read, set_aside, bound, unbound, doubts_changed; scored, scores_shown, analysis_kept, comparison_stated, comparison_taken_back.</summary>
    public required string What { get; init; }

    /// <summary>JSON.</summary>
    public required string Detail { get; init; }

    internal sealed class Table : IEntityTypeConfiguration<StudyEvent>
    {
        public void Configure(EntityTypeBuilder<StudyEvent> builder)
        {
            builder.ToTable("StudyEvents");
            builder.HasKey(e => e.Id);
            builder.HasIndex(e => e.Study);
        }
    }
}

/// <summary>How far an archive's list of changes has been read: everything up to it is in the record.</summary>
public sealed class ChangePosition
{
    /// <summary>Its address.</summary>
    public required string Archive { get; init; }

    /// <summary>Number of the last change read.</summary>
    public required long Last { get; set; }

    internal sealed class Table : IEntityTypeConfiguration<ChangePosition>
    {
        public void Configure(EntityTypeBuilder<ChangePosition> builder)
        {
            builder.ToTable("ChangePositions");
            builder.HasKey(p => p.Archive);
        }
    }
}

/// <summary>The order an examination answers, as the worklist gave it or as a person typed it. Studies that come later find their patient by it.</summary>
public sealed class ExaminationOrder
{
    public required Guid Examination { get; init; }

    public required string PatientSystem { get; set; }

    public required string PatientValue { get; set; }

    /// <summary>M, F or O; null where not said.</summary>
    public string? PatientSex { get; set; }

    public string? Accession { get; set; }

    /// <summary>Study Instance UID of the order: what is stored for it carries this one, never another.</summary>
    public string? Study { get; set; }

    /// <summary>R or L where the order says one.</summary>
    public string? Side { get; set; }

    /// <summary>Scheduled Procedure Step ID and Requested Procedure ID.</summary>
    public string? Step { get; set; }

    public string? Procedure { get; set; }

    public string? Description { get; set; }

    /// <summary>True: from the worklist. False: typed, since the worklist could not be asked or did not have it.</summary>
    public required bool FromWorklist { get; set; }

    public required string User { get; set; }

    public required long AtUtcNs { get; set; }

    internal sealed class Table : IEntityTypeConfiguration<ExaminationOrder>
    {
        public void Configure(EntityTypeBuilder<ExaminationOrder> builder)
        {
            builder.ToTable("ExaminationOrders");
            builder.HasKey(o => o.Examination);
            builder.HasIndex(o => o.Accession);
            builder.HasIndex(o => o.Study);
        }
    }
}

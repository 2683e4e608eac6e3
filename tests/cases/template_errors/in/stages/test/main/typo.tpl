a
  %{ fro z in zones }${z}%{ endfor }
